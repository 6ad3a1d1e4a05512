/** The keys of a demo bucket: objects are stored as JSON in one line, as services do. */
export const demoValues: Readonly<Record<string, string | object>> = {
  'products.chair': { name: 'Chair', price: 249, stock: 12, colors: ['oak', 'black'] },
  'products.desk': { name: 'Desk', price: 419.5, stock: 4, colors: ['oak'] },
  'products.keyboard': { name: 'Keyboard', price: 89.9, stock: 31, layout: 'us' },
  'products.lamp': { name: 'Lamp', price: 34.5, stock: 58, colors: ['white', 'red'] },
  'products.monitor': { name: 'Monitor', price: 319, stock: 9, inches: 27 },
  'orders.eu.1001': { customer: 'Ada Byron', status: 'paid', total: 283.5 },
  'orders.eu.1002': { customer: 'Li Wei', status: 'new', total: 34.5 },
  'orders.us.1003': { customer: 'Kofi Mensah', status: 'shipped', total: 319 },
  'orders.us.1004': { customer: 'Noor Haddad', status: 'new', total: 89.9 },
  'settings.checkout': { currency: 'EUR', giftCards: false, retries: 3 },
  'settings.motd': 'Welcome to the demo shop.\n',
};
